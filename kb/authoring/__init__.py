"""Writing articles: the content folder's Markdown files, read, checked and saved for a writer.

files      which files are content: one rule for indexer and editor
reading    a file's text as an article: one reading for indexer and editor
text       a file's text, changed as little as possible
listing    one file with what it says, or why it says nothing
folder     the folder: list, read, write, put away; nothing outside it, nothing half written
names      what files and folders may be called
fields     what a form says, checked, as front matter
faults     what is wrong, by code; pages have the sentences
beginning  what a new article begins with: nothing, a gap's outline, the text to be translated
merging    what two writers changed: side by side, and together
advice     what readers would trip over
similar    an article that answers the title already
standing   whether readers find what is saved
desk       all of it with the store
"""
