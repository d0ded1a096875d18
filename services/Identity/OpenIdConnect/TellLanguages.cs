using EServices.Identity.Accounts;
using EServices.Platform.Packs;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace EServices.Identity.OpenIdConnect;

/// <summary>Adds to the discovery document what OpenIddict can't know: the languages of the pages, and what <c>acr</c> can be.</summary>
internal sealed class TellLanguages(StatePack pack) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleConfigurationRequestContext>()
            .UseSingletonHandler<TellLanguages>()
            .SetOrder(int.MaxValue - 1_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.Metadata["ui_locales_supported"] = new OpenIddictParameter([.. pack.About.Languages.Select(language => language.Tag)]);
        context.Metadata["acr_values_supported"] = new OpenIddictParameter([Account.ByCode, Account.ByPassword]);
        return default;
    }
}
