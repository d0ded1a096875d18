namespace EServices.Local;

/// <summary>Tells a person at a console what a stack does: a line for each resource, then their logs, each line under its resource's name.</summary>
internal sealed class ConsoleReporter(TextWriter output, bool colour) : IProgress<StackEvent>
{
    private const int NameWidth = 12;
    private static readonly string[] Colours = ["36", "35", "34", "33", "32", "96", "95", "94"];

    private readonly Dictionary<string, string> colours = [];

    /// <summary>Whether the resources' own lines are shown.</summary>
    public bool ShowLogs { get; init; } = true;

    public void Report(StackEvent value)
    {
        switch (value)
        {
            case Notice notice:
                output.WriteLine(notice.Text);
                break;
            case ResourceStarting starting:
                Line(starting.Resource, "starting");
                break;
            case ResourceReady ready:
                Line(ready.Resource, $"ready after {ready.Took.TotalSeconds:F1} s at {Shown(ready.Address)}");
                break;
            case ResourceStopped stopped:
                Line(stopped.Resource, stopped.How);
                break;
            case ResourceDied died:
                Line(died.Resource, $"{died.How} unasked; the others go on without it. Its last lines:");
                foreach (var line in died.LastLines)
                    Line(died.Resource, $"  {line}");
                break;
            case ResourceLog log when ShowLogs:
                Line(log.Resource, log.Line);
                break;
        }
        output.Flush();
    }

    /// <summary>An address without the credentials it may hold.</summary>
    public static string Shown(Uri address) => $"{address.Scheme}://{address.Host}{(address.Port > 0 ? $":{address.Port}" : "")}";

    private void Line(string resource, string text)
    {
        var name = resource.PadRight(NameWidth);
        if (colour)
        {
            if (!colours.TryGetValue(resource, out var code))
                colours[resource] = code = Colours[colours.Count % Colours.Length];
            name = $"\e[{code}m{name}\e[0m";
        }
        output.WriteLine($"{name} | {text}");
    }
}
