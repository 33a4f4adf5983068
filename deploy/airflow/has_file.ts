// Exit 0 if a working folder, or a bucket, has a file: `deno run -A deploy/airflow/has_file.ts s3://shop reports/flag.txt`.
import { directoryStore, isS3, s3Store } from "@/stores/mod.ts";

const [place = "", key = ""] = Deno.args;
const store = isS3(place) ? s3Store(place, (name) => Deno.env.get(name)) : directoryStore(place);
Deno.exit(await store.get(key) === undefined ? 1 : 0);
