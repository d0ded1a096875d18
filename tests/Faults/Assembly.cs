// Each class runs a stack of its own; two of them would fight for the processor, and their recovery times would tell nothing.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
