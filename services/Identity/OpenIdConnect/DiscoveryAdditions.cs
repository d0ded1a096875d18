using EServices.Identity.Accounts;
using EServices.Platform.Packs;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace EServices.Identity.OpenIdConnect;

/// <summary>
/// Adds to the discovery document what OpenIddict can't know: the languages of the pages, and what <c>acr</c> can be. And whoever asked this service
/// directly, as the platform's services do, is sent to it directly for the keys: checking a token must not need the gateway.
/// </summary>
internal sealed class DiscoveryAdditions(StatePack pack) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleConfigurationRequestContext>()
            .UseSingletonHandler<DiscoveryAdditions>()
            .SetOrder(int.MaxValue - 1_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.Metadata["ui_locales_supported"] = new OpenIddictParameter([.. pack.About.Languages.Select(language => language.Tag)]);
        context.Metadata["acr_values_supported"] = new OpenIddictParameter(System.Collections.Immutable.ImmutableArray.Create<string?>(Account.ByCode, Account.ByPassword));
        if (context.Transaction.GetHttpRequest()?.HttpContext.Features.Get<AskedDirectly>() is { } asked)
            context.JsonWebKeySetEndpoint = new Uri($"{asked.Address}.well-known/jwks");
        return default;
    }
}

/// <summary>The address by which a caller reached this service without the gateway.</summary>
internal sealed record AskedDirectly(Uri Address);
