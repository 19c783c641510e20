#!/usr/bin/env python3
"""The contract seen by an independent validator: schemas.py SOURCE_DIR DOCUMENTS TIDEMARK

Every schema is one by the meta-schema; every document of DOCUMENTS gets the verdict that the program gave it; every
reference of the OpenAPI documents (the file and the self-contained one that TIDEMARK prints) leads somewhere, and every
endpoint of the contract is there. Prints what was checked; exit 1 and the first disagreements otherwise.
"""
import json
import pathlib
import subprocess
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)  # RefResolver, which both Debian 12 and 13 have
try:
    from jsonschema import Draft202012Validator, RefResolver
    from jsonschema.exceptions import SchemaError
except ImportError:
    sys.exit("schemas.py: python3-jsonschema is missing; `apt-get install python3-jsonschema` brings it")

# Contract v1.0, all endpoints.
PATHS = {
    "/v1/metrics/summary": "get", "/v1/metrics/trends": "get", "/v1/metrics/breakdown": "get",
    "/v1/metrics/drilldown": "get", "/v1/metrics/alerts": "get", "/v1/metrics/alerts/{id}/acknowledge": "post",
    "/v1/metrics/actions": "get", "/v1/metrics/health": "get", "/v1/metrics/catalogue": "get",
    "/v1/metrics/explain": "get", "/v1/metrics/changes": "get", "/v1/instances/{id}/metrics/backfill": "post",
    "/v1/jobs": "get", "/v1/jobs/runs": "get", "/v1/jobs/{job}/run": "post",
    "/healthz": "get", "/readyz": "get", "/metrics": "get", "/openapi.json": "get",
}
SHOWN = 10
problems = []


def complain(text):
    problems.append(text)


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def check_references(name, resolver, base, document):
    count = 0
    for ref in references(document):
        count += 1
        try:
            with resolver.in_scope(base):
                resolver.resolve(ref)
        except Exception as error:  # jsonschema's own, renamed between its versions
            complain(f"{name}: $ref {ref} leads nowhere: {error}")
    return count


def check_schemas(folder):
    schemas = {}
    for path in sorted(folder.rglob("*.schema.json")):
        schemas[str(path.relative_to(folder))[: -len(".schema.json")]] = json.loads(path.read_text(encoding="utf-8"))
    store = {schema["$id"]: schema for schema in schemas.values()}
    count = 0
    for name, schema in schemas.items():
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            complain(f"{name}: {error.message}")
        count += check_references(name, RefResolver(schema["$id"], schema, store), schema["$id"], schema)
    print(f"{len(schemas)} schemas are schemas, {count} references lead somewhere")
    return schemas, store


def check_documents(file, schemas, store):
    validators = {
        name: Draft202012Validator(schema, resolver=RefResolver(schema["$id"], schema, store))
        for name, schema in schemas.items()
    }
    counts = {True: 0, False: 0}
    seen = set()
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            verdict = validators[entry["schema"]].is_valid(entry["document"])
            counts[verdict] += 1
            seen.add(entry["schema"])
            if verdict != entry["valid"]:
                complain(f"{entry['schema']}: valid is {verdict} here and {entry['valid']} in the program: "
                         f"{json.dumps(entry['document'])[:300]}")
    if not counts[True] or not counts[False]:
        complain(f"{file}: holds no valid or no broken document")
    print(f"{sum(counts.values())} documents of {len(seen)} schemas: {counts[True]} valid, {counts[False]} broken; "
          f"both validators agree on all but {sum('in the program' in p for p in problems)}")


def inline_schemas(node):
    """Schemas that stand in the document itself: of parameters, headers and bodies."""
    if isinstance(node, dict):
        if isinstance(node.get("schema"), dict):
            yield node["schema"]
        for value in node.values():
            yield from inline_schemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from inline_schemas(value)


def check_openapi(name, document, base, store):
    resolver = RefResolver(base, document, {**store, base: document})
    count = check_references(name, resolver, base, document)
    if not document.get("openapi", "").startswith("3.1"):
        complain(f"{name}: is not OpenAPI 3.1")
    paths = document.get("paths", {})
    for path in sorted(PATHS.keys() ^ paths.keys()):
        complain(f"{name}: {path} is {'missing' if path in PATHS else 'not in the contract'}")
    operations = set()
    for path, item in paths.items():
        if set(item) != {PATHS.get(path)}:
            complain(f"{name}: {path} has {sorted(item)}")
        for method, operation in item.items():
            operations.add(operation.get("operationId"))
            parameters = []
            for parameter in operation.get("parameters", []):
                parameters.append(resolver.resolve(parameter["$ref"])[1] if "$ref" in parameter else parameter)
            named = {p["name"] for p in parameters if p["in"] == "path"}
            wanted = {part[1:-1] for part in path.split("/") if part.startswith("{")}
            if named != wanted:
                complain(f"{name}: {path} declares path parameters {sorted(named)}")
            if not any(code.startswith("2") for code in operation["responses"]):
                complain(f"{name}: {method} {path} never succeeds")
    if len(operations) != len(paths) or None in operations:
        complain(f"{name}: operationIds are missing or doubled")
    inline = 0
    for schema in inline_schemas(document):
        inline += 1
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            complain(f"{name}: {error.message}")
    print(f"{name}: {len(paths)} paths, {count} references lead somewhere, {inline} schemas of its own")


def main():
    source, documents, tidemark = sys.argv[1:4]
    folder = pathlib.Path(source) / "contracts"
    schemas, store = check_schemas(folder / "schemas")
    check_documents(documents, schemas, store)
    base = schemas["meta"]["$id"].removesuffix("meta.schema.json")
    # In the tree and where it is installed the document stands beside the folder of the schemas.
    beside = {id_.replace(base, base + "schemas/"): schema for id_, schema in store.items()}
    check_openapi("openapi.json", json.loads((folder / "openapi.json").read_text(encoding="utf-8")),
                  base + "openapi.json", beside)
    printed = subprocess.run([tidemark, "catalogue", "schema", "openapi"], check=True, capture_output=True).stdout
    check_openapi("tidemark catalogue schema openapi", json.loads(printed), "urn:openapi", {})
    for problem in problems[:SHOWN]:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} problems")


main()
