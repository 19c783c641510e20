-- Numbers as the definitions give them: durations, percentiles, confidence intervals, the counts of a state.
-- Spec: delivery metrics, section 3; storage, "value_numeric and value_json".

CREATE FUNCTION pg_temp.micros(duration interval) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT (extract(epoch FROM duration) * 1000000)::bigint
$$;

CREATE FUNCTION pg_temp.minutes(micros numeric) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT (micros / 60000000)::float8
$$;

CREATE FUNCTION pg_temp.timestamp_text(instant timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN date_trunc('second', instant) = instant THEN to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
              ELSE rtrim(to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0') || 'Z' END
$$;

CREATE TEMPORARY TABLE ln_factorials AS
SELECT n, sum(CASE WHEN n = 0 THEN 0 ELSE ln(n::float8) END) OVER (ORDER BY n) AS ln_factorial
FROM generate_series(0, 100000) AS n;
CREATE UNIQUE INDEX ON ln_factorials (n);
ANALYZE ln_factorials;

-- 1 + the largest j with P(Bin(n, 1/2) <= j) <= .025; NULL where there is none. Terms further than 12 deviations from
-- n / 2 are far below what a double can tell.
CREATE FUNCTION pg_temp.median_rank(n bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT 1 + max(j) FROM (
    SELECT j.n AS j, sum(exp(whole.ln_factorial - j.ln_factorial - rest.ln_factorial - $1 * ln(2::float8)))
                       OVER (ORDER BY j.n) AS probability
    FROM ln_factorials whole
    JOIN ln_factorials j ON j.n BETWEEN greatest(0, $1 / 2 - 6 * ceil(sqrt($1::float8))::bigint) AND $1 / 2
    JOIN ln_factorials rest ON rest.n = $1 - j.n
    WHERE whole.n = $1) cumulated
  WHERE probability <= 0.025
$$;

-- Everything that is said of durations; sorted, in microseconds. A metric picks what it shows.
CREATE FUNCTION pg_temp.duration_fields(sorted bigint[]) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
           'sample_size', count(v), 'avg_minutes', pg_temp.minutes(avg(v)),
           'min_minutes', pg_temp.minutes(min(v)), 'max_minutes', pg_temp.minutes(max(v)),
           'p50_minutes', percentile_cont(0.50) WITHIN GROUP (ORDER BY v) / 60000000,
           'p75_minutes', percentile_cont(0.75) WITHIN GROUP (ORDER BY v) / 60000000,
           'p85_minutes', percentile_cont(0.85) WITHIN GROUP (ORDER BY v) / 60000000,
           'p90_minutes', percentile_cont(0.90) WITHIN GROUP (ORDER BY v) / 60000000,
           'p95_minutes', percentile_cont(0.95) WITHIN GROUP (ORDER BY v) / 60000000,
           'confidence_interval', (
             SELECT jsonb_build_object('lower', pg_temp.minutes(sorted[k]),
                                       'upper', pg_temp.minutes(sorted[cardinality(sorted) + 1 - k]))
             FROM pg_temp.median_rank(cardinality(sorted)) AS k WHERE k IS NOT NULL))
  FROM unnest(sorted) AS v
$$;

-- The mergeable state of durations: the values while there are at most 64, else a sketch of as many.
CREATE FUNCTION pg_temp.duration_state(sorted bigint[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('n', count(v), 'sum', sum(v)::text, 'squares', sum(v::numeric * v)::text, 'min', min(v), 'max', max(v),
                            'raw', CASE WHEN count(v) BETWEEN 1 AND 64 THEN to_jsonb(sorted) END,
                            'zero', CASE WHEN count(v) > 64 THEN nullif(count(*) FILTER (WHERE v = 0), 0) END,
                            'binned', CASE WHEN count(v) > 64 THEN count(*) FILTER (WHERE v <> 0) END)
  FROM unnest(sorted) AS v
$$;

-- 95 % around a mean of microseconds: sample deviation, normal.
CREATE FUNCTION pg_temp.mean_interval(mean float8, deviation float8, n bigint) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN n >= 2 THEN jsonb_build_object(
    'lower', (mean - 1.959964 * deviation / sqrt(n::float8)) / 60000000,
    'upper', (mean + 1.959964 * deviation / sqrt(n::float8)) / 60000000) END
$$;

-- 95 % around a share of n: Wilson, without continuity correction. Its ends are 0 and 1 where none and all of n count.
CREATE FUNCTION pg_temp.wilson_interval(share float8, n bigint) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object(
    'lower', CASE WHEN share = 0 THEN 0 ELSE (share + z * z / (2 * n) - spread) / (1 + z * z / n) END,
    'upper', CASE WHEN share = 1 THEN 1 ELSE (share + z * z / (2 * n) + spread) / (1 + z * z / n) END)
  FROM (SELECT z, z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) AS spread
        FROM (VALUES (1.959964::float8)) AS quantile (z) WHERE n > 0) AS around
$$;
