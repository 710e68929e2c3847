/** The modules that make the page live come after its first paint, which needs none of them: then all at once, and not one by one. */
requestAnimationFrame(() => setTimeout(begin));

function begin(): void {
  const modules = document.getElementById('modules');
  if (modules instanceof HTMLTemplateElement) document.head.append(modules.content);
  void import('./main.ts');
}
