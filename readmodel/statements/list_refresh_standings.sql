-- How far every project has been computed, and whether changes of it wait; also of projects that are only found so far.
-- $1 text[]  metric families; $2 text[]  the hashes of their definitions in force
-- Called by queries/refresh_standing.cpp.
SELECT p.project_id,
       c.watermark IS NOT NULL AS counted,
       (SELECT min(v.as_of) FROM metrics_data_version AS v WHERE v.project_id = p.project_id) AS as_of,
       NOT EXISTS (
         SELECT FROM unnest($1::text[], $2::text[]) AS f (family, hash)
         WHERE NOT EXISTS (
           SELECT FROM metrics_data_version AS v
           WHERE v.project_id = p.project_id AND v.family = f.family AND v.definition_hash = f.hash
         )
       ) AS defined,
       EXISTS (SELECT FROM metrics_dirty AS d WHERE d.project_id = p.project_id) AS dirty
FROM (
  SELECT k.project_id FROM metrics_job_checkpoint AS k WHERE k.job = 'refresh'
  UNION
  SELECT d.project_id FROM metrics_dirty AS d
) AS p
LEFT JOIN metrics_job_checkpoint AS c ON c.project_id = p.project_id AND c.job = 'refresh'
