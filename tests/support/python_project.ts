/**
 * Another team's project, for an audit from outside.
 *
 * @module
 */
import { createHash } from "node:crypto";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
/** The project's table. */
export const SALES = "store,sales\n1,10\n2,20\n3,30\n";

/** A small team's Python repository in which everything works: path → text. */
export const PYTHON: Readonly<Record<string, string>> = {
  "README.md": `# Shop\n\n[how](docs/how.md)\n\n${"Forecasts of the shop's sales, day by day. ".repeat(20)}`,
  "docs/how.md": "Run `make train`.",
  "shop/features.py": 'def lag(y, k):\n    """Moves sales by k days."""\n    return [None] * k + y[:-k]\n',
  "tests/test_features.py":
    "from shop.features import lag\n\n\ndef test_lag():\n    assert lag([1, 2, 3], 1) == [None, 1, 2]\n",
  "expectations/sales.json": JSON.stringify({
    expectation_suite_name: "sales",
    expectations: [{
      expectation_type: "expect_column_values_to_be_between",
      kwargs: { column: "sales", min_value: 0, max_value: 1000 },
      meta: {},
    }],
    meta: {},
  }),
  "data/sales.csv": SALES,
  "data/sales.csv.dvc": `outs:\n- md5: ${md5(SALES)}\n  size: ${SALES.length}\n  hash: md5\n  path: sales.csv\n`,
  "mlruns/1/abc/meta.yaml": "run_id: abc\nstatus: 3\n",
  "mlruns/1/abc/params/rounds": "100",
  "mlruns/1/abc/metrics/rmse": "1 0.5 0\n",
  "mlruns/1/abc/tags/mlflow.source.git.commit": "0123456789abcdef",
  "model/MLmodel": "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n",
  "model/model.pkl": "pickle",
  "requirements.txt": "numpy==2.1.0\npandas==2.2.3  # tables\n",
  Dockerfile: "FROM python:3.12-slim\n",
  ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: pytest\n",
};
