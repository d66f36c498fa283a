/**
 * `parley/exported-doc`: every exported declaration carries a doc comment right before it.
 * Overloads need one only on the first signature; `export … from` documents nothing of its own.
 */
export const exportedDoc = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      missing: 'The export {{name}} has no doc comment that states its guarantee.',
      list: 'Export at the declaration, where the doc comment stands.',
    },
  },
  create(context) {
    const documented = new Set();
    const visit = (node) => {
      if (node.source) return;
      if (!node.declaration) {
        if (node.specifiers.length > 0) context.report({ node, messageId: 'list' });
        return;
      }
      const name = declaredName(node.declaration);
      if (documented.has(name)) return;
      if (hasDoc(context.sourceCode, node)) documented.add(name);
      else context.report({ node, messageId: 'missing', data: { name } });
    };
    return { ExportNamedDeclaration: visit, ExportDefaultDeclaration: visit };
  },
};

function hasDoc(source, node) {
  const comment = source.getCommentsBefore(node).at(-1);
  return (
    comment?.type === 'Block' &&
    comment.value.startsWith('*') &&
    comment.loc.end.line >= node.loc.start.line - 1
  );
}

function declaredName(declaration) {
  return declaration.id?.name ?? declaration.declarations?.map((one) => one.id.name).join(', ') ?? 'default';
}
