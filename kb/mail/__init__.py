"""Mail and chat messages as they arrive: what was written, quoted, signed, forwarded, automatic.

>>> read_mail("It leaks.\\n\\nOn 3 Mar 2025, Ann wrote:\\n> Is it dry?").written
'It leaks.'
"""

from kb.mail.reader import MailText, read_mail

__all__ = ["MailText", "read_mail"]
