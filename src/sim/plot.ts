export type Plot = object;
export const renderPlot = (_plot: Plot): string => "";
