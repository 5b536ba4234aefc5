const ASIDE = /^(.+?)\s*([（(].+[）)])$/

/** A compound's name; what stands in brackets at its end ("pilot, fictitious") is said quietly. */
export function CompoundName({ name }: { readonly name: string }) {
  const match = ASIDE.exec(name)
  return match ? <>{match[1]}<small className="aside">{match[2]}</small></> : name
}

/** A compound's name without what stands in brackets. */
export function plainName(name: string): string {
  return ASIDE.exec(name)?.[1] ?? name
}
