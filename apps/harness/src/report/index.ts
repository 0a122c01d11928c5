export { perClass } from './comparison.ts';
export type { ReportData, ReportInput } from './reportData.ts';
export { reportFileNames, reportFiles } from './reportFiles.ts';
export { writeReportIndex } from './reportIndex.ts';
export { readSummary, type ReportSummary } from './reportSummary.ts';
export { readExtras } from './runExtras.ts';
export { fillIn } from './templates.ts';
export { verifyReport, type Verification } from './verifyReport.ts';
export { writeReport } from './writeReport.ts';
