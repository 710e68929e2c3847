/**
 * The modules that make the page live come when its first frame, which needs none of them, is on its way: then all at once, and not
 * one by one. What stands in a template is not fetched.
 */
requestAnimationFrame(() => requestAnimationFrame(begin));

function begin(): void {
  const modules = document.getElementById('modules');
  if (modules instanceof HTMLTemplateElement) document.head.append(modules.content);
  void import('./main.ts');
}
