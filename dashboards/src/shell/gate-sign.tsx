/** The sign of the product: a gate with its door. */
export function GateSign() {
  return (
    <svg className="gate-sign" viewBox="0 0 32 32" aria-hidden>
      <path d="M4 29V13a12 12 0 0 1 24 0v16h-5.5V13.4a6.5 6.5 0 0 0-13 0V29z" />
      <path d="M13.2 17.5h5.6V29h-5.6z" />
    </svg>
  )
}
