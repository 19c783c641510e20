-- How far every project has been computed, and whether changes of it wait; also of projects that are only found so far.
-- $1 text  the definition hash in force
-- Called by queries/refresh_standing.cpp.
SELECT p.project_id,
       c.watermark IS NOT NULL AS counted,
       (SELECT min(v.as_of) FROM metrics_data_version AS v WHERE v.project_id = p.project_id) AS as_of,
       (SELECT bool_and(v.definition_hash = $1::text)
        FROM metrics_data_version AS v WHERE v.project_id = p.project_id) AS defined,
       EXISTS (SELECT FROM metrics_dirty AS d WHERE d.project_id = p.project_id) AS dirty
FROM (
  SELECT k.project_id FROM metrics_job_checkpoint AS k WHERE k.job = 'refresh'
  UNION
  SELECT d.project_id FROM metrics_dirty AS d
) AS p
LEFT JOIN metrics_job_checkpoint AS c ON c.project_id = p.project_id AND c.job = 'refresh'
