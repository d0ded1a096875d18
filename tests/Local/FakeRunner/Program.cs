using EServices.AppHosts;
using EServices.Local;

// Runs a stack of two fake services and a broker in a process of its own, so that a test can end that process in every way.
// Arguments: the fake service's assembly, and the data folder or "-" for an ephemeral one. Tells the process ids on standard output, then waits at standard input.
await using var stack = await Stack.StartAsync(new StackOptions
{
    Data = args[1] == "-" ? null : args[1],
    Nodes = [new Node("alpha", args[0]) { Broker = true }, new Node("beta", args[0])],
    Environment = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["alpha"] = new Dictionary<string, string> { ["FAKE_CHILD"] = "1" } },
});
Console.WriteLine($"data {stack.Data}");
foreach (var resource in stack.Resources)
    Console.WriteLine($"{resource.Name} {resource.ProcessId}");
Console.WriteLine("ready");
await Console.In.ReadToEndAsync();
