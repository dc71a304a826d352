/** The words of a name, in lower case, however it joins them: `max_size`, `maxSize`, `MAX-SIZE`, `HTTPPort`. */
export const nameWords = (name: string): string[] =>
  name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})|(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1$3_$2$4')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
