// Reads one Mermaid text from the input, writes its drawing as SVG. A failure goes to stderr.
import { renderMermaidSVG } from 'beautiful-mermaid'

const parts = []
for await (const part of process.stdin) parts.push(part)
try {
  process.stdout.write(renderMermaidSVG(Buffer.concat(parts).toString('utf8')))
} catch (problem) {
  process.stderr.write(String(problem?.message ?? problem).split('\n')[0].slice(0, 300))
  process.exitCode = 2
}
