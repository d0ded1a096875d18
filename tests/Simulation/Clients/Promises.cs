namespace EServices.Simulation.Clients;

/// <summary>What people were answered with success: whatever happened meanwhile, it has to be so in the end.</summary>
internal sealed class Promises
{
    /// <summary>Application id and tracking number of what was handed in.</summary>
    public Dictionary<string, string> Submitted { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Drafts { get; } = [];

    public HashSet<string> Withdrawn { get; } = [];

    /// <summary>Application id and whether it was approved.</summary>
    public Dictionary<string, bool> Decided { get; } = new(StringComparer.Ordinal);

    /// <summary>Payment id and bill id of cash that was taken.</summary>
    public Dictionary<string, string> CashTaken { get; } = new(StringComparer.Ordinal);

    /// <summary>Payment id and bill id of what a provider was told "thank you" for.</summary>
    public Dictionary<string, string> ProviderPaid { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Calls { get; } = [];

    /// <summary>Visit id and call id.</summary>
    public Dictionary<string, string> Visits { get; } = new(StringComparer.Ordinal);

    /// <summary>Visit id and the slot it was moved to last.</summary>
    public Dictionary<string, string> Moved { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Cancelled { get; } = [];

    public HashSet<string> Confirmed { get; } = [];

    /// <summary>Service id and whether it can be asked for.</summary>
    public Dictionary<string, bool> Launched { get; } = new(StringComparer.Ordinal);

    /// <summary>How often journeys came to their end, by name.</summary>
    public SortedDictionary<string, int> Finished { get; } = new(StringComparer.Ordinal);
}
