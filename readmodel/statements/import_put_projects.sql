-- The projects of imported tasks. Their times are set by import_span_projects once the tasks are there.
-- $1 ids, $2 names, $3 an instant that stands for both times until then
-- Index: project_pkey. Called by: source_writer.
INSERT INTO project (id, name, status, created_at, updated_at)
SELECT imported.id, imported.name, 'active', $3::timestamptz, $3::timestamptz
  FROM unnest($1::uuid[], $2::text[]) AS imported (id, name)
  LEFT JOIN project ON project.id = imported.id
 WHERE project.id IS NULL
    ON CONFLICT (id) DO NOTHING
