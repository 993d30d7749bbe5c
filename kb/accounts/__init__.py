"""Who works here: staff accounts, how they sign in, and what a signed-in browser carries.

models      users, sessions, what an e-mail address is
secrets     random tokens, and the CSRF token made of one
passwords   argon2, and which passwords are accepted
throttle    waiting times after failed attempts
service     `Accounts`: sign in, who is signed in, sign out, change
sample      the users of the sample and their links
oidc        signing in with somebody else's account (OpenID Connect)
claims      what a provider says of a user: e-mail, name, role
"""
