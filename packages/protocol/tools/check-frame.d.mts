/** What must hold of any bytes: throws where it does not. `parley` is the codec and the schemas. */
export function checkFrame(bytes: Uint8Array, parley: object): 'refused' | 'faulty' | 'good';
