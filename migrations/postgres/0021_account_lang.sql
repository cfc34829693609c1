-- The language in which somebody last signed in, for letters that nothing else gives a language to.
ALTER TABLE accounts ADD COLUMN lang TEXT;
