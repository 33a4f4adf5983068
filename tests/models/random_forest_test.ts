import { randomForest } from "@/models/random_forest.ts";
import { regressorContract } from "../contracts/regressor_contract.ts";
import { learnableSample } from "../support/learnable_sample.ts";

regressorContract(randomForest, {
  train: learnableSample({ seed: 1 }),
  valid: learnableSample({ rows: 200, seed: 2 }),
  params: { sample: 200 },
});
