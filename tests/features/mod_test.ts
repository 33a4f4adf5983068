import { datasets } from "@/datasets/mod.ts";
import { featureContract } from "../contracts/feature_contract.ts";

for (const dataset of Object.values(datasets)) featureContract(dataset);
