import { xgboost } from "@/models/xgboost.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import { learnableSample } from "../support/learnable_sample.ts";

regressorContract(xgboost, {
  train: learnableSample({ seed: 1 }),
  valid: learnableSample({ rows: 200, seed: 2 }),
  params: { rounds: 100, threads: 1 },
  iterative: true,
});
