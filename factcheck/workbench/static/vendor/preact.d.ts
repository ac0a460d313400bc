// What of Preact 11.2.0 is used here, for the type checker of an editor; nothing of this is sent to the page.
export function h(type: any, props?: any, ...children: any[]): any;
export function render(vnode: any, parent: Element): void;
export class Component<P = any, S = any> {
  constructor(props?: P);
  props: P;
  state: S;
  setState(state: Partial<S>): void;
  [name: string]: any;
}
