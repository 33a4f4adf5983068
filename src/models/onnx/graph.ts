/**
 * A computation as an ONNX graph, written node by node.
 *
 * @module
 */
import { Message } from "@/models/onnx/protobuf.ts";

/** The name of a value that a graph computes: one column, `rows × 1` 64-bit floats, where nothing else is said. */
export type Value = string & { readonly value: unique symbol };

/** A node's attribute. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: ArrayLike<number> }
  | { readonly tensor: Tensor };

/** A constant vector. */
export type Tensor =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** ONNX's numbers for element types and attribute types. */
const FLOAT = 1, UINT8 = 2, INT64 = 7, DOUBLE = 11;
const INT_ATTRIBUTE = 2, TENSOR_ATTRIBUTE = 4, INTS_ATTRIBUTE = 7;
/** Format 10 is the first that knows the trees of `ai.onnx.ml` 5. */
const IR_VERSION = 10, OPSET = 17, ML_OPSET = 5;

/** The domain of operators for tree ensembles. */
export const ML = "ai.onnx.ml";

/**
 * Builds a graph from one table of features to one column.
 *
 * The input `features` is `rows × columns` 64-bit floats. They are rounded to 32 bits first, as our own matrices are, so
 * that every comparison has the answer it had in training; everything after that is computed in 64 bits.
 */
export class Graph {
  readonly #columns: readonly string[];
  readonly #nodes: Message[] = [];
  readonly #initializers = new Map<string, Message>();
  #values = 0;

  /** All columns, as 32-bit floats. */
  readonly features32: Value;
  /** All columns, 64-bit floats that hold 32-bit values. */
  readonly features: Value;

  /** @param columns Names of the input's columns, in order. */
  constructor(columns: readonly string[]) {
    this.#columns = columns;
    this.features32 = this.node("Cast", ["features" as Value], { to: { int: FLOAT } });
    this.features = this.wide(this.features32);
  }

  /** Where a column stands in the input. */
  position(column: string): number {
    const at = this.#columns.indexOf(column);
    if (at < 0) throw new RangeError(`Cannot compute with the column "${column}" as the table has no such column`);
    return at;
  }

  /** One column of the input. */
  column(name: string): Value {
    return this.pick(this.features, this.position(name));
  }

  /** A number, for use beside columns. */
  constant(value: number): Value {
    return this.#initializer(Float64Array.of(value));
  }

  /** A 32-bit number in every row. */
  column32(value: number): Value {
    const zero = this.node("Cast", [this.constant(0)], { to: { int: FLOAT } });
    const first = this.pick(this.features32, 0);
    // Not 0 × a column: that may be missing.
    const ones = this.node("Where", [this.node("Equal", [first, first]), zero, zero]);
    return this.node("Add", [ones, this.#initializer(Float32Array.of(value))]);
  }

  /** 64-bit floats of 32-bit ones. */
  wide(value: Value): Value {
    return this.node("Cast", [value], { to: { int: DOUBLE } });
  }

  /** One column of a table. */
  pick(table: Value, at: number): Value {
    return this.node("Gather", [table, this.#initializer(BigInt64Array.of(BigInt(at)))], { axis: { int: 1 } });
  }

  /** Running sums over the columns of a table, one after another. */
  runningSums(table: Value): Value {
    return this.node("CumSum", [table, this.#initializer(BigInt64Array.of(1n))]);
  }

  /** Adds a node, and returns its one output. */
  node(
    operator: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = "",
  ): Value {
    const output = `v${++this.#values}` as Value;
    const message = new Message();
    for (const input of inputs) message.text(1, input);
    message.text(2, output).text(4, operator);
    for (const [name, attribute] of Object.entries(attributes)) message.message(5, attributeMessage(name, attribute));
    if (domain !== "") message.text(7, domain);
    this.#nodes.push(message);
    return output;
  }

  /** Writes the model that gives this value, as `forecast`: a vector with one number per row. */
  model(result: Value, description: string): Uint8Array<ArrayBuffer> {
    const flat = this.node("Reshape", [result, this.#initializer(BigInt64Array.of(-1n))]);
    const graph = new Message();
    for (const node of this.#nodes) graph.message(1, node);
    graph.message(1, new Message().text(1, flat).text(2, "forecast").text(4, "Identity")).text(2, "shelfcast");
    for (const initializer of this.#initializers.values()) graph.message(5, initializer);
    graph.message(11, valueInfo("features", ["rows", this.#columns.length]));
    graph.message(12, valueInfo("forecast", ["rows"]));
    return new Message().int(1, IR_VERSION).text(2, "shelfcast").text(6, description).message(7, graph)
      .message(8, new Message().text(1, "").int(2, OPSET))
      .message(8, new Message().text(1, ML).int(2, ML_OPSET))
      .message(14, new Message().text(1, "columns").text(2, JSON.stringify(this.#columns)))
      .done().slice();
  }

  #initializer(values: Tensor): Value {
    const key = `${values.constructor.name} ${values.join(" ")}`;
    const known = this.#initializers.get(key);
    const name = `c${known ? [...this.#initializers.keys()].indexOf(key) : this.#initializers.size}` as Value;
    if (!known) this.#initializers.set(key, tensorMessage(values, name));
    return name;
  }
}

function attributeMessage(name: string, attribute: Attribute): Message {
  const message = new Message().text(1, name);
  if ("int" in attribute) return message.int(3, attribute.int).int(20, INT_ATTRIBUTE);
  if ("ints" in attribute) return message.ints(8, attribute.ints).int(20, INTS_ATTRIBUTE);
  return message.message(5, tensorMessage(attribute.tensor, name)).int(20, TENSOR_ATTRIBUTE);
}

function tensorMessage(values: Tensor, name: string): Message {
  const type = values instanceof Float64Array
    ? DOUBLE
    : values instanceof Float32Array
    ? FLOAT
    : values instanceof Uint8Array
    ? UINT8
    : INT64;
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return new Message().int(1, values.length).int(2, type).text(8, name).bytes(9, raw);
}

function valueInfo(name: string, shape: readonly (string | number)[]): Message {
  const dimensions = new Message();
  for (const size of shape) {
    dimensions.message(1, typeof size === "string" ? new Message().text(2, size) : new Message().int(1, size));
  }
  return new Message().text(1, name).message(
    2,
    new Message().message(1, new Message().int(1, DOUBLE).message(2, dimensions)),
  );
}
