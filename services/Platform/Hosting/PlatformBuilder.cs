using EServices.Platform.CatalogueCopy;
using EServices.Platform.Messaging;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Telemetry;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Hosting;

/// <summary>What every service stands on; a service says here which documents it keeps and what it reacts to.</summary>
public sealed class PlatformBuilder
{
    private readonly List<ReactionRegistration> reactions = [];

    internal PlatformBuilder(WebApplicationBuilder app, string name)
    {
        (App, Name) = (app, name);
        Documents(SandboxClockDocument.Map).Documents(FailedRequest.Map);
    }

    public WebApplicationBuilder App { get; }

    /// <summary>The resource's name in the topology: <c>payment</c>.</summary>
    public string Name { get; }

    internal IReadOnlyList<ReactionRegistration> Reactions => reactions;

    public PlatformBuilder Documents<T>(DocumentMap<T> map)
        where T : Document
    {
        App.Services.AddSingleton<DocumentMap>(map);
        App.Services.AddSingleton(services => new DocumentStore<T>(
            map, services.GetRequiredService<IKeeper>(), services.GetRequiredService<Outbox>(), services.GetRequiredService<TimeProvider>()));
        return this;
    }

    /// <summary><typeparamref name="TReaction"/> is called for every <typeparamref name="TEvent"/>; its queue is <c>{service}.{when-it-happened}</c>.</summary>
    public PlatformBuilder React<TEvent, TReaction>()
        where TEvent : class
        where TReaction : class, IReaction<TEvent>
    {
        reactions.Add(new ReactionRegistration(typeof(TEvent), typeof(TReaction)));
        App.Services.TryAddScoped<TReaction>();
        App.Services.AddScoped<IReaction<TEvent>>(services => services.GetRequiredService<TReaction>());
        return this;
    }

    /// <summary>Keeps this service's own copy of launched services from Catalogue's events, and asks for what it lacks. Read it through <see cref="KnownServices"/>.</summary>
    public PlatformBuilder KeepCatalogueCopy()
    {
        App.Services.AddSingleton<KnownServices>();
        App.Services.AddSingleton<CatalogueCopyState>();
        App.Services.AddHostedService<AskForCatalogue>();
        App.Services.AddHealthChecks().AddCheck<CatalogueCopyState>("catalogue-copy", tags: [HealthTags.Ready]);
        return Documents(KnownService.Map)
            .React<Contracts.Catalogue.ServiceLaunched, WhenServiceLaunched>()
            .React<Contracts.Catalogue.ServiceSuspended, WhenServiceSuspended>()
            .React<Contracts.Catalogue.CatalogueReplayed, WhenCatalogueReplayed>();
    }
}

public static class PlatformHosting
{
    /// <summary>Longest request body where an endpoint does not say otherwise, in bytes.</summary>
    public const long BodyLimit = 1024 * 1024;

    /// <summary>Adds the shared floor. Reads <c>ConnectionStrings:rabbitmq</c>, <c>ConnectionStrings:{name}</c>, <c>Pack:Path</c>, <c>ESERVICES_SANDBOX</c>.</summary>
    public static void AddPlatform(this WebApplicationBuilder app, string name, Action<PlatformBuilder> declare)
    {
        var platform = new PlatformBuilder(app, name);
        declare(platform);

        app.AddFloor(name);
        app.Services.AddSingleton<Outbox>();
        app.Services.AddSingleton(services => Keepers.Open(Required(app, $"ConnectionStrings:{name}"), services.GetRequiredService<IChance>()));
        app.Services.AddStatePack(app.Configuration);
        app.Services.AddHostedService<StorePreparation>();
        app.Services.AddHostedService<OutboxDispatcher>();
        app.Services.AddHealthChecks()
            .AddCheck<StoreHealth>("store", tags: [HealthTags.Ready])
            .AddCheck<OutboxHealth>("outbox", tags: [HealthTags.Ready])
            .AddCheck<BrokerHealth>("rabbitmq", tags: [HealthTags.Ready]);
        app.Services.AddSingleton(platform.Reactions);
        app.Services.AddSingleton<OnceRunning>();
        app.Services.AddBus(name, new Uri(Required(app, "ConnectionStrings:rabbitmq")), platform.Reactions);
    }

    /// <summary>What the gateway shares with the services: clock, chance, telemetry, errors, health, tokens; no store and no broker.</summary>
    public static void AddFloor(this WebApplicationBuilder app, string name)
    {
        app.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = BodyLimit;
            kestrel.AddServerHeader = false;
        });
        app.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        app.Services.AddSingleton<TimeProvider>(app.IsSandbox() ? new SandboxClock() : TimeProvider.System);
        app.Services.AddSingleton<IChance, SystemChance>();
        app.Services.AddSingleton<Ids>();
        app.AddTelemetry(name);
        // A check that fails is told in its answer, to whoever asks, as often as they ask; the log has the failure itself.
        app.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        app.AddErrors();
        app.AddTokens();
        app.Services.AddHealthChecks();
        app.AddApiDocument(name);
    }

    public static bool IsSandbox(this WebApplicationBuilder app) => app.Configuration.GetValue("ESERVICES_SANDBOX", false);

    /// <summary>Errors, tokens, limits, health and, in a sandbox, the clock; before the service maps its own endpoints.</summary>
    public static void UsePlatform(this WebApplication app)
    {
        app.UseFloor();
        app.UseMiddleware<OnceMiddleware>();
        app.MapSandboxClock();
    }

    public static void UseFloor(this WebApplication app)
    {
        app.UseErrors();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapApiDocument();
    }

    private static string Required(WebApplicationBuilder app, string key) =>
        app.Configuration[key] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"Configuration '{key}' is missing (environment variable '{key.Replace(":", "__", StringComparison.Ordinal)}').");
}
