-- What was made unreadable in the public copies of a photo: faces, codes, and what people drew. Null for
-- photos from before.
ALTER TABLE photos ADD COLUMN shielded TEXT;
