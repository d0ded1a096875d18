using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using EServices.Simulation.Running;

namespace EServices.Simulation.Clients;

/// <summary>
/// Someone with a front end as they should be: what was not answered is asked again with the same key, what the service calls busy is asked again later,
/// and what was answered with success is believed for good.
/// </summary>
internal sealed class Person(World world, string name, ClaimsPrincipal identity)
{
    private const int MostTries = 40;

    private static readonly Fault[] OnTheWay = [Fault.Refused];

    private int keys;

    public string Name { get; } = name;

    public World World { get; } = world;

    public static Person Citizen(World world, string mobile) => new(world, $"citizen {mobile[^2..]}", Identity("citizen", mobile, mobile: mobile));

    public static Person Staff(World world, string role, string subject, string? email = null) => new(world, subject, Identity(role, subject, email: email));

    public Task<Answer> GetAsync(string service, string path) => AskAsync(service, "GET", path, null, null);

    /// <summary>A request that creates something: repeated under one Idempotency-Key until it is answered.</summary>
    public async Task<Answer> CreateAsync(string service, string path, JsonNode? body)
    {
        var key = $"{Name}-{++keys}";
        var answer = await AskAsync(service, "POST", path, body, key);
        // Some press the button again although they had an answer: it must be the same one.
        if (answer.Ok && World.Choices.Will(4) == 1)
        {
            var again = await AskAsync(service, "POST", path, body, key);
            if (!again.Body.AsSpan().SequenceEqual(answer.Body) || again.Status != answer.Status)
                World.Fail($"{Name}: POST {path} under one key was answered with {answer} and then with {again}");
        }
        return answer;
    }

    public Task<Answer> PostAsync(string service, string path, JsonNode? body = null) => AskAsync(service, "POST", path, body, null);

    public Task<Answer> PutAsync(string service, string path, JsonNode body) => AskAsync(service, "PUT", path, body, null);

    public Task<Answer> SendFileAsync(string service, string path, byte[] file, string contentType) => AskAsync(service, "POST", path, file, contentType, null, null);

    /// <summary>
    /// An action without a key. Where the answer was lost the repeat may be refused because the first one took effect: then it is looked up whether it did, as front ends do.
    /// </summary>
    /// <param name="done">Whether what is read at <paramref name="resource"/> shows it done.</param>
    /// <returns>What the resource shows once it is done; null when it was refused.</returns>
    public async Task<JsonObject?> ActAsync(string service, string resource, string action, JsonNode? body, Func<JsonObject, bool> done)
    {
        var answer = await PostAsync(service, $"{resource}/actions/{action}", body ?? new JsonObject());
        if (answer.Ok)
        {
            if (!done(answer.Json))
                World.Fail($"{Name}: {action} was answered with success, but shows {answer}");
            return answer.Json;
        }
        var now = await GetAsync(service, resource);
        return now.Ok && done(now.Json) ? now.Json : null;
    }

    /// <summary>Looks again, ever more slowly, until it shows or some days have passed.</summary>
    public async Task<JsonObject?> UntilAsync(string service, string path, Func<JsonObject, bool> shows, TimeSpan? patience = null)
    {
        var until = World.Clock.GetUtcNow() + (patience ?? TimeSpan.FromDays(14));
        var pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            var seen = await GetAsync(service, path);
            if (seen.Ok && shows(seen.Json))
                return seen.Json;
            if (World.Clock.GetUtcNow() > until)
                return null;
            await World.Pump.Delay(pause);
            pause = pause * 3 < TimeSpan.FromHours(12) ? pause * 3 : TimeSpan.FromHours(12);
        }
    }

    private Task<Answer> AskAsync(string service, string method, string path, JsonNode? body, string? key) =>
        AskAsync(service, method, path, body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json", key, null);

    /// <param name="headers">Made anew for each try; null for none.</param>
    public async Task<Answer> AskAsync(
        string service, string method, string path, byte[] body, string contentType, string? key, Func<IReadOnlyDictionary<string, string>>? headers)
    {
        for (var attempt = 1; attempt <= MostTries; attempt++)
        {
            var given = new Dictionary<string, string>(headers?.Invoke() ?? new Dictionary<string, string>());
            if (key is not null)
                given["Idempotency-Key"] = key;
            var request = new Request(method, path, body, contentType, identity, given);
            var answer = await TryAsync(service, request);
            if (answer is { Status: 500 })
                World.Fail($"{Name}: {request.Name} was answered with {answer}");
            if (answer is not null && answer.Status < 500 && answer.Problem is not ("idempotency-key-running" or "changed-meanwhile"))
                return answer;
            await World.Pump.Delay(TimeSpan.FromMilliseconds(400 * Math.Pow(2, Math.Min(attempt, 9))));
        }
        World.Fail($"{Name}: {method} {path} had no answer in {MostTries} tries");
        throw new GaveUpException();
    }

    private async Task<Answer?> TryAsync(string service, Request request)
    {
        Instance? reached;
        try
        {
            reached = await World.StepAsync(null, Name, "ask", $"{service} {request.Name}", OnTheWay, () => World[service].Live, _ => new ConnectionLostException());
        }
        catch (ConnectionLostException)
        {
            return null;
        }
        var answer = reached is null ? null : await reached.HandleAsync(request);
        World.Note(Name, "heard", $"{request.Name}", answer is null ? "nothing" : answer.Ok ? $"{answer.Status}" : $"{answer.Status} {answer.Problem}");
        return answer;
    }

    private static ClaimsPrincipal Identity(string role, string subject, string? mobile = null, string? email = null)
    {
        var claims = new List<Claim> { new("sub", subject), new("name", subject), new("role", role) };
        if (mobile is not null)
            claims.Add(new Claim("phone_number", mobile));
        if (email is not null)
            claims.Add(new Claim("email", email));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, "simulated", "name", "role"));
    }
}

/// <summary>A person goes no further on this way: too late, used up, or taken by someone else. The run goes on without them.</summary>
internal sealed class GaveUpException : Exception
{
    public GaveUpException()
        : base("Went no further.")
    {
    }
}
