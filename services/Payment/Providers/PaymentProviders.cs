using EServices.Platform.Storage;
using EServices.Platform.Time;

namespace EServices.Payment.Providers;

/// <summary>A company that moves money for us and tells us by webhook.</summary>
/// <param name="Secrets">Those its webhooks may be signed with; more than one while a secret rotates.</param>
internal sealed record PaymentProvider(string Name, IReadOnlyList<WebhookSecret> Secrets);

/// <summary>
/// The providers of this installation: each section <c>Payment:Providers:{name}:Secrets</c> of the configuration, and in a sandbox <c>sandbox</c>,
/// whose secret is drawn at first start and kept.
/// </summary>
internal sealed class PaymentProviders(IConfiguration configuration, DocumentStore<SandboxSecret> kept, IChance chance) : IHostedService
{
    public const string Sandbox = "sandbox";

    private IReadOnlyDictionary<string, PaymentProvider> byName = new Dictionary<string, PaymentProvider>();

    public PaymentProvider? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Who takes UPI payments: the sandbox in a sandbox, else the first that is configured; null where there is none.</summary>
    public PaymentProvider? ForUpi => Find(Sandbox) ?? byName.Values.FirstOrDefault();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var providers = configuration.GetSection("Payment:Providers").GetChildren()
            .Select(section => new PaymentProvider(section.Key, [.. (section.GetSection("Secrets").Get<string[]>() ?? []).Select(WebhookSecret.Parse)]))
            .ToDictionary(provider => provider.Name, StringComparer.Ordinal);
        if (configuration.GetValue("ESERVICES_SANDBOX", false) && !providers.ContainsKey(Sandbox))
            providers[Sandbox] = new PaymentProvider(Sandbox, [WebhookSecret.Parse(await SandboxSecretAsync(cancellationToken))]);
        byName = providers;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<string> SandboxSecretAsync(CancellationToken cancellationToken)
    {
        if (await kept.FindAsync(SandboxSecret.Key, cancellationToken) is { } earlier)
            return earlier.Secret;
        var secret = new SandboxSecret(WebhookSecret.New(chance));
        try
        {
            await kept.SaveAsync(secret, cancellationToken);
            return secret.Secret;
        }
        catch (DuplicateKeyException)
        {
            return (await kept.GetAsync(SandboxSecret.Key, cancellationToken)).Secret;
        }
    }
}

internal sealed class SandboxSecret : Document
{
    public static readonly DocumentMap<SandboxSecret> Map = new("sandbox_secrets");
    public const string Key = PaymentProviders.Sandbox;

    public SandboxSecret(string secret)
        : base(Key) => Secret = secret;

    private SandboxSecret()
    {
    }

    public string Secret { get; private set; } = "";
}
