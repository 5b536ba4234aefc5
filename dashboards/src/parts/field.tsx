import type { ReactNode } from 'react'

interface Props {
  /** Of the control that it names. */
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly fault?: string | undefined
  readonly children: ReactNode
}

/** A control with its name above and what is wrong with it below. */
export function Field({ id, label, hint, fault, children }: Props) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && <small>{hint}</small>}
      {fault && <p className="field-fault" role="alert">{fault}</p>}
    </div>
  )
}
