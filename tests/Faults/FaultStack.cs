using System.Diagnostics;
using EServices.AppHosts;
using EServices.Faults.Tests.Checks;
using EServices.Faults.Tests.Load;
using EServices.Faults.Tests.Network;
using EServices.Faults.Tests.Reporting;
using EServices.Faults.Tests.Stores;
using EServices.Local;
using EServices.Testing;

namespace EServices.Faults.Tests;

/// <summary>
/// The whole platform as real processes with a real broker, and a wire that can be cut between every service and the broker and between the gateway and every
/// service. One stack for all tests of a keeper: each leaves it well, and what was acknowledged before must be found after every one of them.
/// </summary>
public abstract class FaultStack : IAsyncLifetime
{
    private MachineTurn? turn;

    private readonly Dictionary<string, Dictionary<string, string>> environment = Topology.Nodes.ToDictionary(node => node.Name, _ => new Dictionary<string, string>());

    /// <summary>Decides victims, moments and what citizens do; printed, so that a run can be repeated.</summary>
    public static int Seed { get; } = Setting("ESERVICES_FAULTS_SEED") ?? Random.Shared.Next(1_000_000);

    /// <summary>How many times something is killed: ten in CI, a hundred and more in a long run.</summary>
    public static int Kills { get; } = Setting("ESERVICES_FAULTS_KILLS") ?? 10;

    /// <summary>From so many kills on, everything is tried on more services and over more districts.</summary>
    public const int KillsOfALongRun = 50;

    /// <summary>What readiness says then; it names the store in any case.</summary>
    internal const string StoreIsAway = "\"store\":{\"status\":\"unhealthy\"";

    /// <summary><c>SQLite</c> or <c>MongoDB</c>.</summary>
    public abstract string Keeper { get; }

    /// <summary>Why this keeper can't be tried here; null when it can.</summary>
    public string? WhyNot { get; private set; }

    public Stack Stack { get; private set; } = null!;

    public HttpClient Gateway { get; private set; } = null!;

    internal Wires Wires { get; } = new();

    internal StackStores Stores { get; private set; } = null!;

    internal Tally Tally { get; } = new();

    internal Journal Journal { get; } = new();

    internal Citizens Citizens { get; private set; } = null!;

    public string Data { get; } = Directory.CreateTempSubdirectory("eservices-faults-").FullName;

    /// <summary>Why not, or null; called before anything is started.</summary>
    protected virtual string? Unavailable => null;

    private protected abstract StackStores OpenStores();

    private protected virtual StackOptions Adapt(StackOptions options) => options;

    private protected void Set(string resource, string name, string value) => environment[resource][name] = value;

    public async ValueTask InitializeAsync()
    {
        WhyNot = Unavailable ?? Queues.WhyNot;
        if (WhyNot is not null)
        {
            FaultReport.NotTried($"Faults on {Keeper}", WhyNot);
            return;
        }
        turn = await MachineTurn.TakeAsync();
        foreach (var node in Topology.Nodes.Where(node => node.Broker))
            Wires.Add(Broker(node.Name));
        foreach (var name in Topology.Nodes.Single(node => node.Name == Topology.Gateway).RefersTo)
            Set(Topology.Gateway, $"services__{name}__http__0", $"http://127.0.0.1:{Wires.Add(Front(name)).Port}");
        // A few front ends stand for a state: what one of them may ask in a minute is not what is tried here.
        Set(Topology.Gateway, "Gateway__Limits__Factor", "0");
        // Whoever was promised a visit some time today is visited now.
        Set("dispatch", "Dispatch__ArriveEarlyMinutes", $"{TimeSpan.FromDays(1).TotalMinutes:F0}");
        await PrepareAsync();

        Stack = await Stack.StartAsync(Adapt(new StackOptions
        {
            Install = true,
            Data = Data,
            // Eight processes start at once, and after a kill one starts under load: on a busy machine that takes what it takes.
            ReadyWithin = TimeSpan.FromMinutes(10),
            Environment = environment.ToDictionary(entry => entry.Key, entry => (IReadOnlyDictionary<string, string>)entry.Value),
        }), new Watcher(this));
        Gateway = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Stack.Gateway, Timeout = TimeSpan.FromSeconds(30) };
        Stores = OpenStores();
        Citizens = new Citizens(Gateway, Tally, Journal, Seed);
        await Citizens.PrepareAsync(Kills < KillsOfALongRun ? 2 : 8);
        await Queues.AreKeptAsync(Stack.Broker, Data);
        Console.WriteLine($"Faults on {Keeper}: everything is ready, seed {Seed}");
    }

    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>The wire from a service to the broker.</summary>
    internal static string Broker(string service) => $"{service} to broker";

    /// <summary>The wire from the gateway to a service.</summary>
    internal static string Front(string service) => $"gateway to {service}";

    /// <summary>The wire from a service to its store, where that is a server.</summary>
    internal static string Store(string service) => $"{service} to store";

    internal void Recovered(string fault, string victim, string until, Stopwatch since, Startup? startup = null) =>
        FaultReport.Recovered(new Recovery(Keeper, fault, victim, until, since.Elapsed.TotalMilliseconds, startup));

    /// <summary>Waits until the gateway hands on what a service answers.</summary>
    internal async Task AnswersAsync(string service, TimeSpan? within = null)
    {
        var path = service switch
        {
            "identity" => "/.well-known/openid-configuration",
            // The gateway keeps public answers for a moment: a question that nobody asked before.
            "catalogue" => $"/api/v1/services?q=land{Guid.NewGuid():N}",
            "payment" => "/api/v1/quotes/none",
            "dispatch" => "/api/v1/calls/none",
            "notification" => "/sandbox/messages?to=%2B919000000000",
            _ => "/api/v1/track/none",
        };
        var token = service == "dispatch" ? await Citizens.HelplineTokenAsync() : null;
        var seen = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, path);
                    if (token is not null)
                        request.Headers.Authorization = new("Bearer", token);
                    using var answer = await Gateway.SendAsync(request);
                    seen = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
                    return (int)answer.StatusCode < 500 && answer.StatusCode != System.Net.HttpStatusCode.Unauthorized;
                }
                catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
                {
                    seen = lost.Message;
                    return false;
                }
            },
            () => $"GET {path} of {service} says {seen}\n{LastLines(service)}", within ?? TimeSpan.FromSeconds(60));
    }

    /// <summary>Waits until the load is under way: something more is acknowledged of everything.</summary>
    internal Task MovesAsync()
    {
        var (submissions, payments) = (Journal.Submissions.Count, Journal.Payments.Count);
        return Eventually.HoldsAsync(
            () => Journal.Submissions.Count > submissions + 3 && Journal.Payments.Count > payments + 3,
            () => $"{Journal.Submissions.Count - submissions} submissions and {Journal.Payments.Count - payments} payments were acknowledged; {string.Join("; ", Citizens.Failures.Take(2))}\n{LastLines()}", TimeSpan.FromSeconds(60));
    }

    internal Task ReadyAsync(string service, TimeSpan within) => ReadinessAsync(service, (ready, _) => ready, within);

    internal Task NotReadyAsync(string service, string because, TimeSpan within) => ReadinessAsync(service, (ready, told) => !ready && told.Contains(because, StringComparison.Ordinal), within);

    private async Task ReadinessAsync(string service, Func<bool, string, bool> holds, TimeSpan within)
    {
        // A store that does not answer is said to be away when its call's deadline of ten seconds is over.
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var seen = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync(new Uri(Stack[service].Address, Topology.ReadyPath));
                    seen = await answer.Content.ReadAsStringAsync();
                    return holds(answer.IsSuccessStatusCode, seen);
                }
                catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
                {
                    seen = lost.Message;
                    return false;
                }
            },
            () => $"{service} says {seen}\n{LastLines(service)}", within);
    }

    /// <summary>Waits until nothing that was raised before a moment waits in an outbox any more.</summary>
    internal Task DrainedAsync(DateTimeOffset moment, TimeSpan within) => Eventually.HoldsAsync(
        () => Stores.Behind(moment).Count == 0,
        () => $"events raised before {moment:HH:mm:ss.fff} wait in {string.Join(", ", Stores.Behind(moment))}, at {DateTimeOffset.UtcNow:HH:mm:ss.fff}\n{Stores.Waiting}\n{LastLines([.. Stores.Behind(moment), Topology.Broker])}", within);

    /// <summary>Ends the load, waits until everything has come to rest, and holds every invariant against what is there.</summary>
    internal async Task HoldsAsync(string name, string tried)
    {
        await Citizens.StopAsync();
        await AtRestAsync();
        var queues = await Queues.ListAsync(Stack.Broker);
        var invariants = new Invariants(Stores, Journal);
        invariants.CheckStores(queues);
        await invariants.CheckApiAsync(Citizens, sample: 25);
        await invariants.CheckJourneysAsync(Citizens, signedIn: 5);
        var wrong = Tally.WrongOnes.Concat(Citizens.Failures).ToList();
        FaultReport.Tried(new Trial(Keeper, name, $"{tried}; {Load}", invariants.Findings, wrong));
        Assert.True(
            wrong.Count == 0 && invariants.Findings.All(finding => finding.Violations.Count == 0),
            $"seed {Seed}: {string.Join('\n', invariants.Findings.Where(finding => finding.Violations.Count > 0).Select(finding => $"{finding.Invariant}: {string.Join("; ", finding.Violations)}").Concat(wrong))}\n{LastLines()}");
        Assert.True(Journal.Journeys.Values.Any(way => way.Certificate is not null), $"no journey came to its end; {Load}");
        Assert.True(Journal.Count > 0 && invariants.Findings.Sum(finding => finding.Looked) > 0, "nothing was acknowledged, so nothing was tried");
    }

    private string Load =>
        $"acknowledged so far: {Journal.Submissions.Count} submissions, {Journal.Payments.Count} payments, {Journal.Visits.Count} visits ({Journal.SlotsContested} slots contested), {Journal.Decisions.Count} decisions, {Journal.Journeys.Count} journeys to a certificate ({Journal.CallersTurnedAway} callers turned away from a full day); "
        + $"answers {string.Join(", ", Tally.ByStatus.Select(count => $"{count.Value} × {count.Key}"))}, {Tally.Unanswered} lost";

    private async Task AtRestAsync()
    {
        var seen = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                using var answer = await Gateway.GetAsync("/health/ready");
                if (!answer.IsSuccessStatusCode)
                    seen = $"the gateway says {await answer.Content.ReadAsStringAsync()}";
                else if (Stores.Unsent is > 0 and var unsent)
                    seen = $"{unsent} events are unsent\n{Stores.Waiting}";
                else if ((await Queues.ListAsync(Stack.Broker)).Where(queue => queue.Messages != 0 && !queue.Name.EndsWith("_error", StringComparison.Ordinal)).ToList() is { Count: > 0 } busy)
                    seen = $"queues hold {string.Join(", ", busy)}";
                else if (Stores.DeadLetters.Where(letter => letter.State == "Waiting").Select(letter => $"{letter.Service}: {letter.Document["event"]}, {letter.Document["failure"]}").ToList() is { Count: > 0 } again)
                    seen = $"failed deliveries are tried again: {string.Join(", ", again.Take(5))}";
                else if (Stores["payment"].All("bills").Count(bill => bill.Contains("numberDueSince")) is > 0 and var unnumbered)
                    seen = $"{unnumbered} receipts wait for a number";
                else if (Stores["notification"].All("messages").Count(message => message["state"] == "Queued") is > 0 and var untold)
                    seen = $"{untold} messages wait to be told";
                else
                    // What a queue's last message led to may have been raised since the outboxes were looked at.
                    return Stores.Unsent == 0;
                return false;
            },
            // An attempt that a kill cut off is made again when its lease of two minutes is over.
            () => $"seed {Seed}: {seen}\n{LastLines()}", TimeSpan.FromMinutes(5));
    }

    internal string LastLines(params string[] of) => string.Join('\n', Stack.Resources.Where(resource => of.Length == 0 || of.Contains(resource.Name))
        .Select(resource => $"--- {resource.Name} ({(resource.IsRunning ? "running" : "not running")})\n{string.Join('\n', resource.LogTail(of.Length is > 0 and < 3 ? 30 : 12).Select(Short))}"));

    /// <summary>A broker that is away is told with its whole stack trace, on one line.</summary>
    private static string Short(string line) => line.Length > 400 ? $"{line[..400]}…" : line;

    public virtual async ValueTask DisposeAsync()
    {
        if (Citizens is not null)
            await Citizens.DisposeAsync();
        Gateway?.Dispose();
        await Wires.DisposeAsync();
        if (Stack is not null)
            await Stack.DisposeAsync();
        await CleanUpAsync();
        Directory.Delete(Data, recursive: true);
        turn?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected virtual Task CleanUpAsync() => Task.CompletedTask;

    private static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>Leads each wire to its server as soon as that is known, which is before anyone is started who needs it.</summary>
    private sealed class Watcher(FaultStack stack) : IProgress<StackEvent>
    {
        public void Report(StackEvent value)
        {
            if (value is not ResourceReady ready)
                return;
            if (ready.Resource == Topology.Broker)
            {
                foreach (var node in Topology.Nodes.Where(node => node.Broker))
                {
                    var wire = stack.Wires[Broker(node.Name)];
                    wire.LeadTo(ready.Address);
                    stack.Set(node.Name, $"ConnectionStrings__{Topology.Broker}", new UriBuilder(ready.Address) { Host = "127.0.0.1", Port = wire.Port }.Uri.ToString().TrimEnd('/'));
                }
            }
            else if (ready.Resource != Topology.Gateway)
                stack.Wires[Front(ready.Resource)].LeadTo(ready.Address);
        }
    }
}
