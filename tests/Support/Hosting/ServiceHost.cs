using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EServices.Testing;

/// <summary>
/// A service in this process with its real endpoints, reactions and SQLite store in a folder of its own; only the broker is missing:
/// what it would publish is in <see cref="Published"/>, and <see cref="DeliverAsync"/> brings it events. Time and chance are the test's.
/// </summary>
public class ServiceHost<TProgram> : WebApplicationFactory<TProgram>
    where TProgram : class
{
    private readonly string folder = Directory.CreateTempSubdirectory("eservices-test-").FullName;
    private readonly string service;

    /// <param name="service">The resource's name: <c>payment</c>.</param>
    /// <param name="pack">Folder of a state pack; the repository's jk pack if not given.</param>
    public ServiceHost(string service, string? pack = null) =>
        (this.service, Pack) = (service, pack ?? Path.Combine(Repository.Root, "deploy", "packs", "jk"));

    public string Pack { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 4, 30, 0, TimeSpan.Zero));

    /// <summary>Configuration beyond the usual, set before the host starts.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Changes to the services, made last, before the host starts.</summary>
    public Action<IServiceCollection>? Replace { get; set; }

    internal RecordingSender Sender { get; } = new();

    /// <summary>Facts the service has published, in order. Saved facts get here through the real outbox, so wait: <see cref="PublishedAsync{T}"/>.</summary>
    public IReadOnlyList<object> Published => [.. Sender.Sent];

    /// <summary>Waits until a fact of this type (that <paramref name="which"/> accepts) was published; fails after ten seconds, telling what was.</summary>
    public async Task<T> PublishedAsync<T>(Func<T, bool>? which = null)
    {
        T? found = default;
        await Eventually.HoldsAsync(
            () => (found = Sender.Sent.OfType<T>().FirstOrDefault(which ?? (_ => true))) is not null,
            () => $"no {typeof(T).Name} among: {string.Join(", ", Sender.Sent.Select(fact => fact.GetType().Name))}");
        return found!;
    }

    /// <summary>Runs this service's reactions to an event, as the bus would. The same <paramref name="eventId"/> again is a repeat.</summary>
    public async Task DeliverAsync<TEvent>(TEvent fact, string? eventId = null)
        where TEvent : class
    {
        var delivery = new Delivery(eventId ?? "evt_" + Guid.NewGuid().ToString("N"), Clock.GetUtcNow());
        await using var scope = Services.CreateAsyncScope();
        var reactions = scope.ServiceProvider.GetServices<IReaction<TEvent>>().ToList();
        if (reactions.Count == 0)
            throw new InvalidOperationException($"{service} has no reaction to {typeof(TEvent).Name}.");
        // Through JSON, as on the wire, so that a contract that does not survive it is noticed.
        var travelled = JsonSerializer.Deserialize<TEvent>(JsonSerializer.Serialize(fact, ContractJson.Options), ContractJson.Options)!;
        foreach (var reaction in reactions)
            await reaction.On(travelled, delivery, CancellationToken.None);
    }

    /// <summary>A client without a token.</summary>
    public HttpClient Anonymous() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>A client with a valid token for this person.</summary>
    public HttpClient As(string role, string subject, string? mobile = null, string? email = null, string? lgd = null, string? name = null)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For([role], subject, Clock.GetUtcNow(), mobile, email, lgd, name));
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        var settings = new Dictionary<string, string?>(Settings)
        {
            ["ConnectionStrings:rabbitmq"] = "amqp://guest:guest@127.0.0.1:1",
            [$"ConnectionStrings:{service}"] = Settings.GetValueOrDefault($"ConnectionStrings:{service}") ?? $"sqlite:{Path.Combine(folder, service)}.db",
            ["Pack:Path"] = Pack,
            ["ESERVICES_PUBLIC_URL"] = TestTokens.Issuer,
            ["OTEL_SERVICE_NAME"] = service,
        };
        foreach (var (key, value) in settings)
            builder.UseSetting(key, value);
        builder.UseEnvironment("Production");
        builder.ConfigureServices(services =>
        {
            // MassTransit's own hosted service would look for a broker.
            foreach (var bus in services.Where(IsBusHost).ToList())
                services.Remove(bus);
            services.Replace(ServiceDescriptor.Singleton<IEventSender>(Sender));
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            services.Replace(ServiceDescriptor.Singleton<IChance>(new SeededChance(1447)));
            services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, TestTokens.Accept);
            Replace?.Invoke(services);
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        await StoreIsFreeAsync();
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A file still open on shutdown is the temp folder's business.
        }
    }

    /// <summary>The program disposes of its services on its own thread; the next host on the same file must not meet the last one.</summary>
    private async Task StoreIsFreeAsync()
    {
        var store = Settings.GetValueOrDefault($"ConnectionStrings:{service}");
        if (store?.StartsWith("sqlite:", StringComparison.Ordinal) != true)
            return;
        var claim = store["sqlite:".Length..] + ".lock";
        await Eventually.HoldsAsync(() => !File.Exists(claim) || CanOpen(claim), () => $"{claim} is still held");
    }

    private static bool CanOpen(string path)
    {
        try
        {
            using var free = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsBusHost(ServiceDescriptor descriptor) =>
        descriptor.ServiceType == typeof(IHostedService)
        && (descriptor.ImplementationType ?? descriptor.ImplementationInstance?.GetType())?.Assembly.GetName().Name?.StartsWith("MassTransit", StringComparison.Ordinal) == true;
}

/// <summary>Stands for the broker: everything sent is confirmed at once and kept.</summary>
internal sealed class RecordingSender : IEventSender
{
    public ConcurrentQueue<object> Sent { get; } = new();

    /// <summary>False plays a broker that is away.</summary>
    public bool Connected { get; set; } = true;

    public Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken)
    {
        var type = ContractTypes.Find(unsent.Type) ?? throw new UnsendableEventException(unsent.Type);
        Sent.Enqueue(JsonSerializer.Deserialize(unsent.Body, type, ContractJson.Options)!);
        return Task.CompletedTask;
    }
}

/// <summary>Tokens as Identity issues them, signed by a key that only tests accept.</summary>
public static class TestTokens
{
    public const string Issuer = "http://localhost:8080/";

    private static readonly ECDsaSecurityKey Key = new(System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256)) { KeyId = "test" };

    public static string For(
        IReadOnlyList<string> roles, string subject, DateTimeOffset now, string? mobile = null, string? email = null, string? lgd = null, string? name = null)
    {
        var claims = new Dictionary<string, object> { ["sub"] = subject, ["name"] = name ?? subject, ["role"] = roles.ToArray() };
        if (mobile is not null)
            claims["phone_number"] = mobile;
        if (email is not null)
            claims["email"] = email;
        if (lgd is not null)
            claims["lgd"] = lgd;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Tokens.Audience,
            TokenType = "at+jwt",
            Claims = claims,
            IssuedAt = now.UtcDateTime,
            Expires = now.AddHours(1).UtcDateTime,
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    internal static void Accept(JwtBearerOptions options)
    {
        options.Configuration = new Microsoft.IdentityModel.Protocols.OpenIdConnect.OpenIdConnectConfiguration { Issuer = Issuer };
        options.ConfigurationManager = null;
        options.TokenValidationParameters.IssuerSigningKey = Key;
    }
}
