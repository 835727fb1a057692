/** An element of XML as plain values. Names and attributes are as they stand in the file, prefixes included. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** All text directly inside, trimmed. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text of the child `name`, or null when there is none or it is empty. */
export function textOf(element: XmlElement | undefined, name: string): string | null {
  return ownText(childOf(element, name));
}

export function textsOf(element: XmlElement | undefined, name: string): string[] {
  return childrenOf(element, name).flatMap((child) => ownText(child) ?? []);
}

export function ownText(element: XmlElement | undefined): string | null {
  return element === undefined || element.text === "" ? null : element.text;
}

export function attributeOf(element: XmlElement | undefined, name: string): string | null {
  const value = element && Object.hasOwn(element.attributes, name) ? element.attributes[name] : undefined;
  return value === undefined || value.trim() === "" ? null : value.trim();
}
