using System.Globalization;
using System.Text.Json;
using EServices.Dispatch.Routing.Vrptw;
using EServices.Dispatch.Routing.Vrptw.Files;

namespace EServices.Benchmarks.Dispatch;

/// <summary>Solves published instances, checks every plan apart from the solver, and prints what it cost.</summary>
internal static class DispatchBenchmark
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        if (args is ["--help"] or ["-h"])
        {
            Console.WriteLine(DispatchArguments.Help);
            return 0;
        }
        DispatchArguments arguments;
        List<VrptwInstance> instances;
        BestKnown known;
        try
        {
            arguments = DispatchArguments.Read(args);
            (instances, known) = Open(arguments);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            await Console.Error.WriteLineAsync("dispatch --help tells the options");
            return 2;
        }
        var routes = new SortedDictionary<string, int[][]>(StringComparer.Ordinal);
        var rows = new List<DispatchRow>();
        var sound = true;
        if (!arguments.Json)
            DispatchTable.Head();
        foreach (var instance in instances)
        {
            if (stop.IsCancellationRequested)
                break;
            var row = Ours(instance, arguments, known, routes, ref sound, stop);
            if (arguments.Peer)
                row = row with { Peer = OrToolsPeer.Run(instance, arguments, known, ref sound) };
            rows.Add(row);
            if (arguments.Json)
                Console.WriteLine(JsonSerializer.Serialize(row, DispatchRow.Json));
            else
                DispatchTable.Line(row);
        }
        if (!arguments.Json)
            DispatchTable.Foot(rows);
        if (arguments.Routes is not null)
            await File.WriteAllTextAsync(arguments.Routes, JsonSerializer.Serialize(routes), CancellationToken.None);
        return sound ? 0 : 1;
    }

    public static VrptwArithmetic Arithmetic(DispatchArguments arguments) =>
        arguments.Objective == VrptwObjective.Distance ? VrptwArithmetic.Truncated : VrptwArithmetic.Exact;

    /// <summary>Checks a plan and makes its row; a plan with a fault is told on the error stream and has no figures.</summary>
    public static DispatchRow Judge(VrptwInstance instance, int[][] routes, int[] unserved, DispatchArguments arguments, BestKnown known, DispatchRow row, ref bool sound)
    {
        row = row with { Unserved = unserved.Length, PeakMb = Math.Round(Measures.PeakMb(), 1) };
        var (verdict, faults) = VrptwCheck.Check(instance, routes, Arithmetic(arguments), unserved);
        if (verdict is null)
        {
            sound = false;
            foreach (var fault in faults.Take(10))
                Console.Error.WriteLine($"{instance.Name}: the plan is wrong: {fault}");
            return row;
        }
        if (unserved.Length > 0)
            return row;
        return row with
        {
            Vehicles = verdict.Vehicles,
            Distance = Math.Round(verdict.Distance, 4),
            DistanceTrunc1 = Math.Round(verdict.DistanceTruncated, 1),
            InTimeExactly = verdict.InTimeExactly,
            GapPercent = known.GapPercent(instance.Name, arguments.Objective, verdict.Vehicles, verdict.Distance, Math.Round(verdict.DistanceTruncated, 1)) is { } gap ? Math.Round(gap, 4) : null,
        };
    }

    private static DispatchRow Ours(VrptwInstance instance, DispatchArguments arguments, BestKnown known, SortedDictionary<string, int[][]> routes, ref bool sound, CancellationToken stop)
    {
        Measures.ForgetPeak();
        var clock = arguments.ProcessorTime ? Measures.ThreadClock() : null;
        var started = System.Diagnostics.Stopwatch.StartNew();
        // The time to the first plan counts from the parsed file, so with the matrix.
        var elapsed = clock ?? (() => started.Elapsed);
        var solution = VrptwSolver.Solve(
            instance.ToProblem(Arithmetic(arguments)),
            new VrptwOptions
            {
                Objective = arguments.Objective,
                Engine = arguments.Engine,
                Deadline = TimeSpan.FromSeconds(arguments.Seconds),
                MaxIterations = arguments.Iterations,
                Seed = arguments.Seed,
                Threads = arguments.Threads,
                Elapsed = elapsed,
            },
            cancellation: stop);
        routes[instance.Name] = [.. solution.Routes.Select(route => route.Select(node => instance.Numbers[node]).ToArray())];
        foreach (var (customer, reason) in solution.Unserved.Take(20))
            Console.Error.WriteLine($"{instance.Name}: customer {instance.Numbers[customer]} is not served: {reason}");
        return Judge(instance, solution.Routes, [.. solution.Unserved.Select(unserved => unserved.Customer)], arguments, known, new DispatchRow
        {
            Instance = instance.Name,
            FirstFeasibleMs = solution.Statistics.FirstFeasible is { } first ? Math.Round(first.TotalMilliseconds, 2) : null,
            Seconds = Math.Round(elapsed().TotalSeconds, 3),
            Iterations = solution.Statistics.Iterations,
        }, ref sound);
    }

    private static (List<VrptwInstance> Instances, BestKnown Known) Open(DispatchArguments arguments)
    {
        string[] files;
        string folder;
        if (Directory.Exists(arguments.Instances))
        {
            folder = arguments.Instances;
            files = [.. Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file).ToUpperInvariant() is ".TXT" or ".VRP" or ".VRPTW").Order(StringComparer.OrdinalIgnoreCase)];
        }
        else if (File.Exists(arguments.Instances))
        {
            folder = Path.GetDirectoryName(Path.GetFullPath(arguments.Instances))!;
            files = [arguments.Instances];
        }
        else
        {
            throw new FormatException($"there is no file or folder {arguments.Instances}");
        }
        var names = arguments.Only.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (names.Count > 0)
            files = [.. files.Where(file => names.Contains(Path.GetFileNameWithoutExtension(file)))];
        if (files.Length == 0)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{arguments.Instances} holds none of the instances (.txt, .vrp, .vrptw) asked for"));
        return ([.. files.Select(file => VrptwReader.Read(File.ReadAllText(file), Path.GetFileNameWithoutExtension(file)))], BestKnown.Beside(folder));
    }
}
