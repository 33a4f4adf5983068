import { datasets } from "@/datasets/mod.ts";
import { datasetContract } from "../contracts/dataset_contract.ts";

for (const dataset of Object.values(datasets)) datasetContract(dataset);
