import type { ReactNode } from 'react'

interface Props {
  /** Of the control that it names. */
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly fault?: string | undefined
  /** Marked, so that nobody has to send the form to learn it. */
  readonly required?: boolean
  readonly children: ReactNode
}

/** A control with its name above and what is wrong with it below. */
export function Field({ id, label, hint, fault, required = false, children }: Props) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}{required && <span className="field-required" aria-hidden> *</span>}</label>
      {children}
      {hint && <small>{hint}</small>}
      {fault && <p className="field-fault" role="alert">{fault}</p>}
    </div>
  )
}
