-- Every project of one of the states, in the order of their ids.
-- $1 text[]  the states; NULL: every state
-- Called by sources/delivery_reader.cpp (what a run covers), queries/projects.cpp (finding one by name) and
-- vanished_projects.cpp.
SELECT p.id::text AS id, p.name::text AS name, p.status::text AS status
FROM project AS p
WHERE $1::text[] IS NULL OR p.status::text = ANY ($1::text[])
ORDER BY p.id::text COLLATE "C"
