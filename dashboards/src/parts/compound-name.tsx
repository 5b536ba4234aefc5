/** A compound's name; what stands in brackets at its end ("pilot, fictitious") is said quietly. */
export function CompoundName({ name }: { readonly name: string }) {
  const match = /^(.+?)\s*([（(].+[）)])$/.exec(name)
  return match ? <>{match[1]}<small className="aside">{match[2]}</small></> : name
}
