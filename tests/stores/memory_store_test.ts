import { storeContract } from "../contracts/store_contract.ts";
import { memoryStore } from "@/stores/memory_store.ts";

storeContract("memoryStore", () => Promise.resolve(memoryStore()));
