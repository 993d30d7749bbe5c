"""Writing articles: the content folder's Markdown files, read, checked and saved for a writer.

files     which files are content: one rule for indexer and editor
reading   a file's text as an article: one reading for indexer and editor
text      a file's text, changed as little as possible
folder    the folder: list, read, write, put away; nothing outside it, nothing half written
names     what files and folders may be called
fields    what a form says, checked, as front matter
merging   what two writers changed: side by side, and together
remarks   advice on a text: links, headings, pictures, paragraphs, Persian and Chinese writing
drafting  what a new article begins with: nothing, a gap's outline, the text to be translated
desk      all of it with the store: saved, and on its way to be found
"""
