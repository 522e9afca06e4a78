// ODK Web Forms, the successor of Enketo.
import { OdkWebForm, webFormsPlugin } from '@getodk/web-forms'
import { createApp, h } from 'vue'

import { begin, CHOICES, points, watchFor } from './questions.js'

watchFor('input[type=radio]')
const fields = points.map(({ id }) => `<${id}/><${id}r/>`).join('')
const binds = points
  .map(
    ({ id }) =>
      `<bind nodeset="/data/${id}" type="string" required="true()"/>` +
      `<bind nodeset="/data/${id}r" type="string" relevant=" /data/${id} = 'fail'"/>`,
  )
  .join('')
const choices = CHOICES.map(([value, word]) => `<item><label>${word}</label><value>${value}</value></item>`).join('')
const body = points
  .map(
    ({ id, title }) =>
      `<select1 ref="/data/${id}"><label>${title}</label>${choices}</select1><input ref="/data/${id}r"><label>情况说明</label></input>`,
  )
  .join('')
const formXml = `<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:orx="http://openrosa.org/xforms">
<h:head><h:title>c</h:title><model><instance><data id="c" version="1">${fields}<orx:meta><orx:instanceID/></orx:meta></data></instance>
${binds}<bind nodeset="/data/orx:meta/orx:instanceID" type="string" readonly="true()" calculate="once(concat('uuid:', uuid()))"/></model></h:head>
<h:body>${body}</h:body></h:html>`
begin()
const fetchFormAttachment = () => Promise.reject(new Error('the form has no attachments'))
const app = createApp({ render: () => h(OdkWebForm, { formXml, fetchFormAttachment, missingResourceBehavior: 'BLANK' }) })
app.use(webFormsPlugin)
app.mount('#app')
