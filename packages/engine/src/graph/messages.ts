import { createRequire } from 'node:module';
import type { OpAttribute } from './recording.ts';
import type { NativeBinding } from './nativeBackend.ts';

/** A protocol buffer message of the generated code that ships with tfjs-node, which has no types. */
interface Message {
  serializeBinary(): Uint8Array;
}
interface ShapeMessage extends Message {
  setDimList(dimensions: Message[]): void;
  setUnknownRank(unknown: boolean): void;
}
interface AttributeMessage extends Message {
  setType(type: number): void;
  setI(value: number): void;
  setF(value: number): void;
  setB(value: boolean): void;
  setS(base64: string): void;
  setShape(shape: Message): void;
  setTensor(tensor: Message): void;
  setList(list: Message): void;
}
interface Messages {
  TensorShape: (new () => ShapeMessage) & { Dim: new () => Message & { setSize(size: number): void } };
  Tensor: new () => Message & {
    setDtype(dtype: number): void;
    setTensorShape(shape: Message): void;
    setTensorContent(base64: string): void;
  };
  AttrValue: (new () => AttributeMessage) & {
    ListValue: new () => Message & { setIList(values: number[]): void; setFList(values: number[]): void };
  };
  NodeDef: new () => Message & {
    setName(name: string): void;
    setOp(op: string): void;
    setInputList(inputs: string[]): void;
    getAttrMap(): { set(name: string, value: Message): void };
  };
  GraphDef: new () => Message & { setNodeList(nodes: Message[]): void; setVersions(versions: Message): void };
  VersionDef: new () => Message & { setProducer(version: number): void };
  MetaGraphDef: (new () => Message & {
    setGraphDef(graph: Message): void;
    setMetaInfoDef(info: Message): void;
  }) & {
    MetaInfoDef: new () => Message & { setTagsList(tags: string[]): void };
  };
  SavedModel: new () => Message & {
    setSavedModelSchemaVersion(version: number): void;
    setMetaGraphsList(graphs: Message[]): void;
  };
}

const messages = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as Messages;

/** The GraphDef version of the op definitions used here (TensorFlow 2.12). */
const graphProducer = 1482;

export const savedModelTag = 'serve';

/** An attribute value; the keys are TensorFlow's own names. */
export type AttributeValue =
  | { type: number }
  | { int: number }
  | { bool: boolean }
  | { text: string }
  | { shape: readonly number[] | 'unknown' }
  | { tensor: { dtype: number; shape: readonly number[]; bytes: Uint8Array } }
  | { message: Message };

export interface NodeDefinition {
  name: string;
  op: string;
  inputs: readonly string[];
  attributes: Readonly<Record<string, AttributeValue>>;
}

/** The bytes of a SavedModel (`saved_model.pb`) that holds one graph and no values of variables. */
export function encodeSavedModel(nodes: readonly NodeDefinition[]): Uint8Array {
  const versions = new messages.VersionDef();
  versions.setProducer(graphProducer);
  const graph = new messages.GraphDef();
  graph.setNodeList(nodes.map(encodeNode));
  graph.setVersions(versions);
  const info = new messages.MetaGraphDef.MetaInfoDef();
  info.setTagsList([savedModelTag]);
  const metaGraph = new messages.MetaGraphDef();
  metaGraph.setGraphDef(graph);
  metaGraph.setMetaInfoDef(info);
  const model = new messages.SavedModel();
  model.setSavedModelSchemaVersion(1);
  model.setMetaGraphsList([metaGraph]);
  return model.serializeBinary();
}

/** Converts an attribute from the form in which tfjs-node passes it to its binding. */
export function convertAttribute(attribute: OpAttribute, binding: NativeBinding): AttributeValue {
  const { type, value } = attribute;
  const list = new messages.AttrValue.ListValue();
  const message = new messages.AttrValue();
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return { type: value as number };
    case binding.TF_ATTR_BOOL:
      return { bool: Boolean(value) };
    case binding.TF_ATTR_STRING:
      return { text: value as string };
    case binding.TF_ATTR_SHAPE:
      return { shape: value as number[] };
    case binding.TF_ATTR_INT:
      if (!Array.isArray(value)) return { int: value as number };
      list.setIList(value as number[]);
      message.setList(list);
      return { message };
    case binding.TF_ATTR_FLOAT:
      if (Array.isArray(value)) {
        list.setFList(value as number[]);
        message.setList(list);
      } else {
        message.setF(value as number);
      }
      return { message };
    default:
      throw new RangeError(`Expected a known attribute type, found ${type} in \`${attribute.name}\``);
  }
}

function encodeNode(definition: NodeDefinition): Message {
  const node = new messages.NodeDef();
  node.setName(definition.name);
  node.setOp(definition.op);
  node.setInputList([...definition.inputs]);
  const attributes = node.getAttrMap();
  for (const [name, value] of Object.entries(definition.attributes))
    attributes.set(name, encodeAttribute(value));
  return node;
}

function encodeAttribute(value: AttributeValue): Message {
  if ('message' in value) return value.message;
  const attribute = new messages.AttrValue();
  if ('type' in value) attribute.setType(value.type);
  else if ('int' in value) attribute.setI(value.int);
  else if ('bool' in value) attribute.setB(value.bool);
  else if ('text' in value) attribute.setS(Buffer.from(value.text).toString('base64'));
  else if ('shape' in value) attribute.setShape(encodeShape(value.shape));
  else {
    const tensor = new messages.Tensor();
    tensor.setDtype(value.tensor.dtype);
    tensor.setTensorShape(encodeShape(value.tensor.shape));
    tensor.setTensorContent(Buffer.from(value.tensor.bytes).toString('base64'));
    attribute.setTensor(tensor);
  }
  return attribute;
}

function encodeShape(dimensions: readonly number[] | 'unknown'): Message {
  const shape = new messages.TensorShape();
  if (dimensions === 'unknown') {
    shape.setUnknownRank(true);
    return shape;
  }
  shape.setDimList(
    dimensions.map((size) => {
      const dimension = new messages.TensorShape.Dim();
      dimension.setSize(size);
      return dimension;
    }),
  );
  return shape;
}
