import { gpuView, machineView } from '../view/machine.ts';
import type { Section } from './section.ts';

const html = `
<section aria-labelledby="machine">
<h2 id="machine">Appendix: what the runs took</h2>
<p class="soft">Sampled every five seconds; mean / most. Energy is that of the GPU alone.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Use of the machine, a table">
<table>
<thead><tr><th scope="col">Run</th><th scope="col" class="n">Samples</th><th scope="col" class="n">Memory of the process</th><th scope="col" class="n">Cores in use</th><th scope="col" class="n">Load of the machine</th></tr></thead>
<tbody>
{{#each machineUses}}
<tr><th scope="row"><code>{{id}}</code></th><td class="n">{{> number samples}}</td><td class="n">{{> number memory.mean}} / {{> number memory.max}} GiB</td><td class="n">{{> number cores.mean}} / {{> number cores.max}}</td><td class="n">{{> number load.mean}} / {{> number load.max}}</td></tr>
{{/each}}
</tbody>
</table>
</div>
{{#if gpuUses}}
<div class="scroll" tabindex="0" role="region" aria-label="Use of the GPUs, a table">
<table>
<thead><tr><th scope="col">Run</th><th scope="col">GPU</th><th scope="col" class="n">Samples</th><th scope="col" class="n">Memory</th><th scope="col" class="n">Utilisation</th><th scope="col" class="n">Power</th><th scope="col" class="n">Temperature</th><th scope="col" class="n">Energy</th></tr></thead>
<tbody>
{{#each gpuUses}}
<tr><th scope="row"><code>{{id}}</code></th><td>{{gpu}}</td><td class="n">{{> number samples}}</td><td class="n">{{> number memory.mean}} / {{> number memory.max}} GiB</td><td class="n">{{> number utilisation.mean}} / {{> number utilisation.max}} %</td><td class="n">{{> number power.mean}} / {{> number power.max}} W</td><td class="n">{{> number temperature.mean}} / {{> number temperature.max}} °C</td><td class="n">{{> number energy}} Wh</td></tr>
{{/each}}
</tbody>
</table>
</div>
{{/if}}
</section>
`;

const md = `
## Appendix: what the runs took

Sampled every five seconds; mean / most. Energy is that of the GPU alone.

| Run | Samples | Memory of the process | Cores in use | Load of the machine |
| --- | ---: | ---: | ---: | ---: |
{{#each machineUses}}
| <code>{{id}}</code> | {{> number samples}} | {{> number memory.mean}} / {{> number memory.max}} GiB | {{> number cores.mean}} / {{> number cores.max}} | {{> number load.mean}} / {{> number load.max}} |
{{/each}}
{{#if gpuUses}}

| Run | GPU | Samples | Memory | Utilisation | Power | Temperature | Energy |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
{{#each gpuUses}}
| <code>{{id}}</code> | {{gpu}} | {{> number samples}} | {{> number memory.mean}} / {{> number memory.max}} GiB | {{> number utilisation.mean}} / {{> number utilisation.max}} % | {{> number power.mean}} / {{> number power.max}} W | {{> number temperature.mean}} / {{> number temperature.max}} °C | {{> number energy}} Wh |
{{/each}}
{{/if}}
`;

/** What the processes of the runs took, and their GPUs. */
export const machineSection: Section = {
  name: 'machine',
  view(data, ledger) {
    const machineUses = machineView(data, ledger);
    return machineUses.length === 0 ? undefined : { machineUses, gpuUses: gpuView(data, ledger) };
  },
  html,
  md,
};
