using System.Diagnostics;
using EServices.AppHosts;

namespace EServices.Local.Tests;

/// <summary>Stacks of fake services, and what happened to them.</summary>
internal static class Fakes
{
    public static string Service { get; } = Built("FakeService");

    public static string Runner { get; } = Built("FakeRunner");

    public static Node Node(string name) => new(name, Service);

    public static StackOptions Options(params Node[] nodes) => new()
    {
        Nodes = nodes,
        ReadyWithin = TimeSpan.FromSeconds(60),
        StopWithin = TimeSpan.FromSeconds(15),
    };

    public static StackOptions With(this StackOptions options, string resource, string variable, string value) => options with
    {
        Environment = new Dictionary<string, IReadOnlyDictionary<string, string>>(options.Environment)
        {
            [resource] = new Dictionary<string, string>(options.Environment.GetValueOrDefault(resource) ?? new Dictionary<string, string>()) { [variable] = value },
        },
    };

    /// <summary>Waits for something to become true; says what it was when it does not.</summary>
    public static async Task EventuallyAsync(Func<bool> holds, Func<string> otherwise)
    {
        for (var watch = Stopwatch.StartNew(); !holds(); await Task.Delay(50))
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), otherwise());
    }

    private static string Built(string project)
    {
        var folder = Path.Combine(new StackOptions().Root, "tests", "Local", project, "bin", StackOptions.BuildConfiguration, "net10.0");
        var assembly = Path.Combine(folder, $"EServices.{project}.dll");
        Assert.True(File.Exists(assembly), $"{assembly} is built with the tests");
        return assembly;
    }
}

internal sealed class Recorder : IProgress<StackEvent>
{
    private readonly List<StackEvent> events = [];

    public void Report(StackEvent value)
    {
        lock (events)
            events.Add(value);
    }

    public IReadOnlyList<StackEvent> Events
    {
        get
        {
            lock (events)
                return [.. events];
        }
    }

    public int Index(Predicate<StackEvent> which)
    {
        lock (events)
            return events.FindIndex(which);
    }
}
