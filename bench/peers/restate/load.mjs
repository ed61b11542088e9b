/** Stands here so that packages are looked up in this folder, and as ES modules. */
export const load = (name) => import(name);
