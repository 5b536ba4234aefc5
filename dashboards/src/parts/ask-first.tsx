import { Button, Modal } from 'antd'
import type { ButtonProps } from 'antd'
import { useState } from 'react'
import { useText } from '../shell/preferences.tsx'

interface Props extends Omit<ButtonProps, 'onClick'> {
  readonly question: string
  /** What the button says that does it. */
  readonly yes: string
  readonly onYes: () => void
}

/** A button whose deed is asked about first. In a dialog: antd's bubble can stay out of sight for whoever wants nothing to move. */
export function AskFirst({ question, yes, onYes, ...button }: Props) {
  const t = useText()
  const [asked, setAsked] = useState(false)
  const agree = () => {
    setAsked(false)
    onYes()
  }
  return (
    <>
      <Button {...button} onClick={() => setAsked(true)} />
      <Modal open={asked} closable={false} title={question} okText={yes} cancelText={t('close.cancel')} okButtonProps={{ danger: button.danger === true }} destroyOnHidden onCancel={() => setAsked(false)} onOk={agree} />
    </>
  )
}
