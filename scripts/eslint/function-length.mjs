/**
 * `parley/function-length`: no function spans more than `max` lines, comments and blank lines included.
 * The callback of `describe(…)` is a grouping of tests, not a function that anybody reads in one go: it is not counted.
 */
export const functionLength = {
  meta: {
    type: 'suggestion',
    schema: [{ type: 'object', properties: { max: { type: 'integer' } }, additionalProperties: false }],
    messages: { long: 'This function has {{lines}} lines; the limit is {{max}}.' },
  },
  create(context) {
    const max = context.options[0]?.max ?? 60;
    const measure = (node) => {
      const lines = node.loc.end.line - node.loc.start.line + 1;
      if (lines > max && !isDescribeCallback(node)) {
        context.report({ node, messageId: 'long', data: { lines: String(lines), max: String(max) } });
      }
    };
    return { FunctionDeclaration: measure, FunctionExpression: measure, ArrowFunctionExpression: measure };
  },
};

function isDescribeCallback(node) {
  const call = node.parent;
  return (
    call.type === 'CallExpression' && call.arguments.includes(node) && rootName(call.callee) === 'describe'
  );
}

/** `describe`, `describe.skip`, `describe.each([…])` all start with the same name. */
function rootName(callee) {
  let node = callee;
  while (node.type === 'MemberExpression' || node.type === 'CallExpression')
    node = node.object ?? node.callee;
  return node.type === 'Identifier' ? node.name : undefined;
}
